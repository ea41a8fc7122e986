import type { SyntaxErrorCode } from '../../errors.ts';
import { Fault } from '../../fault.ts';
import { JsonPath } from './json-path.ts';
import type { JsonScanner, RawValue } from './json-scanner.ts';

/** The members of an object by name, each where it stands. */
export type Members = ReadonlyMap<string, RawValue>;

/**
 * Reads the members of an object whose names are known. None may stand twice (J-13): readers take the first or the last, and
 * what one of them checks the other would not carry out.
 *
 * @param onUnknown what another name means; annotations, which have an `@`, mean nothing here
 */
export function readMembers(
  scanner: JsonScanner,
  known: ReadonlySet<string>,
  path: JsonPath,
  onUnknown?: (path: JsonPath, offset: number) => void,
): Members {
  const members = new Map<string, RawValue>();
  scanner.path = path;
  scanner.object((name, at) => {
    const memberPath = new JsonPath(path, name);
    scanner.path = memberPath;
    const isKnown = known.has(name);
    if (members.has(name)) {
      throw new Fault('duplicate-member', `expected one "${name}"`, scanner.offsetOf(at), memberPath);
    }
    if (!isKnown && !name.includes('@')) onUnknown?.(memberPath, scanner.offsetOf(at));
    const value = scanner.value();
    if (isKnown) members.set(name, value);
    scanner.path = path;
  });
  return members;
}

/** A fault of the value of a member. */
export function memberFault(
  code: SyntaxErrorCode,
  message: string,
  scanner: JsonScanner,
  value: RawValue,
  path: JsonPath,
): Fault {
  return new Fault(code, message, scanner.offsetOf(value.start), path);
}
