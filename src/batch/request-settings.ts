import type { VersionRules } from '../odata/version.ts';
import type { BodySource } from './body-reader.ts';
import type { ForbiddenHeaderPolicy } from './header-planner.ts';

/** What reading a request goes by, beside the {@link Reading}. */
export interface RequestSettings extends BodySource {
  readonly version: VersionRules;
  readonly forbiddenHeaders: ForbiddenHeaderPolicy;
  readonly serviceRoot: string | undefined;
}
