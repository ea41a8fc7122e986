/** What failed, for people: of a connection the host and the reason, which `fetch failed` alone does not name. */
export function describeFailure(error: Error): string {
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const { code, message } = cause as Error & { readonly code?: string };
  // Where several addresses were tried, the message is empty.
  const reason = [code, message].filter((one) => one !== undefined && one !== '').join(': ');
  return reason === '' ? error.message : `${error.message} (${reason})`;
}
