import { CLIENT_HEADERS } from './client'

export type SignInResult = 'ok' | 'wrong' | 'limited' | 'unavailable'

/** Exchanges an email and a password for a session cookie. */
export async function signIn(email: string, password: string): Promise<SignInResult> {
  try {
    const response = await post('/auth/login', { email, password })
    if (response.ok) return 'ok'
    if (response.status === 429) return 'limited'
    return response.status < 500 ? 'wrong' : 'unavailable'
  } catch {
    return 'unavailable'
  }
}

/** Ends the session here and on the server. */
export async function signOut(): Promise<void> {
  await post('/auth/logout', {})
}

function post(path: string, body: unknown): Promise<Response> {
  return fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json', ...CLIENT_HEADERS },
    body: JSON.stringify(body),
  })
}
