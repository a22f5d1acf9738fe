// Tokens for a server that has none yet: from the first one on it demands them.

const scopes = ['admin', 'ledger:read', 'ledger:write']

/** One for each principal. Throws if the server makes none. */
export async function tokensFor(url: string, principals: readonly string[]): Promise<readonly string[]> {
  const tokens: string[] = []
  for (const principal of principals) {
    const authorization = tokens[0] === undefined ? {} : { Authorization: `Bearer ${tokens[0]}` }
    const response = await fetch(`${url}/v1/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...authorization },
      body: JSON.stringify({ principal, scopes }),
    })
    if (response.status !== 201) throw new Error(`no token: ${response.status} ${await response.text()}`)
    tokens.push(((await response.json()) as { token: string }).token)
  }
  return tokens
}
