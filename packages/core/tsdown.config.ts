import { library } from '../../tsdown.base.ts'

export default library(['src/index.ts', 'src/planning.ts', 'src/testing/index.ts'])
