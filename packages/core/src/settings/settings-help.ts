import type { Setting } from './describe-settings.ts'

/** One setting for people: what it is, then its other name and its default, each part for its own colour. */
export interface SettingHelp {
  /** `--server-url <url>` */
  readonly usage: string
  readonly description: string
  /** `WOODPECKER_SERVER · default http://localhost:8000` */
  readonly details: string
}

/** What help says about a setting; how it is laid out is for the terminal to decide. */
export function describeForHelp(setting: Setting): SettingHelp {
  const names = [setting.env, ...setting.envAliases].join(', ')
  const details = [setting.fromFile ? `${names} (or …_FILE)` : names]
  if (setting.choices.length > 0) details.push(setting.choices.join('|'))
  if (setting.defaultText !== undefined) details.push(`default ${setting.defaultText}`)
  else if (setting.required) details.push('required')
  return {
    usage: `${setting.flag} <${setting.placeholder}>`,
    description: setting.description,
    details: details.join(' · '),
  }
}
