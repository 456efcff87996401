/** Where the machines of a cloud run. A cloud whose API is on this computer is an emulated one. */
export function machinesOfCloud(endpoint: string | undefined): 'elsewhere' | 'unknown' {
  if (endpoint === undefined || !URL.canParse(endpoint)) return 'elsewhere'
  const { hostname } = new URL(endpoint)
  return /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname) ? 'unknown' : 'elsewhere'
}
