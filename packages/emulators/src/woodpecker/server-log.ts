/** The last lines of the server's log. */
export class ServerLog {
  readonly lines: string[] = []

  add(line: string): void {
    this.lines.push(line)
    if (this.lines.length > 1000) this.lines.shift()
  }
}
