/** Shorter ones would blank out half of every line. */
const SHORTEST = 6

/** Takes every occurrence of known secrets out of a text, also as they look inside JSON. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    // One that begins with another is taken out whole.
    .sort((one, other) => other.length - one.length)
  return (text) => forms.reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text)
}
