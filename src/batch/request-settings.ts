import type { VersionRules } from '../odata/version.ts';
import type { BodySource } from './body-reader.ts';
import type { ForbiddenHeaderPolicy } from './header-planner.ts';

/** What reading a request goes by, beside the {@link Reading}. */
export interface RequestSettings extends BodySource {
  readonly version: VersionRules;
  /** Default: they are read, with a warning. */
  readonly forbiddenHeaders: ForbiddenHeaderPolicy | undefined;
  readonly serviceRoot: string | undefined;
}
