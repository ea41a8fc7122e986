/**
 * Reads errors that a service wrote in XML; the only part of the package that loads an XML parser.
 *
 * @module
 */
export type { Answer } from './batch/result.ts';
export type { ServiceError } from './odata/service-error.ts';
export { readXmlError } from './xml/read-xml-error.ts';
