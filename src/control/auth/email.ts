/** The form in which addresses are compared and stored. */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase();
}
