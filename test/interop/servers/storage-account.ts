/** A made-up account: azurite's built-in one comes with a key that secret scanners know. */
export const storageAccount = {
  name: 'devtest',
  key: Buffer.from('interop-test-key-not-secret-0123').toString('base64'),
} as const;
