export * from './check-cloud-init.ts'
export * from './render-cloud-init.ts'
export * from './template/compile-template.ts'
export * from './template/template-error.ts'
