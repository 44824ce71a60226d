/** Where an invitation is accepted. Its secret stands behind the `#`, which no browser sends to a server. */
export function invitationLink(secret: string): string {
  return `${window.location.origin}/invitation#${secret}`;
}
