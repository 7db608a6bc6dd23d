import { type OutputUnit, Validator } from '@cfworker/json-schema'
import { createErrorHandler, ErrorSchemaBuilder, type RJSFValidationError, unwrapErrorHandler, type ValidationData, type ValidatorType, validationDataMerge } from '@rjsf/utils'
import type { InputSchema } from './schema'

/** What is wrong with a value: at which path, against which keyword of its schema, and that keyword's value. */
export interface Failure {
  path: (string | number)[]
  keyword: string
  limit: unknown
  schema: InputSchema
}

/** Keywords that only say that something below them failed. */
const CARRIERS = new Set(['properties', 'items', 'prefixItems', 'additionalProperties', 'anyOf', 'allOf', 'oneOf', '$ref', 'false'])

/**
 * Checks values by interpreting the schema: the usual validator compiles code at run time, which the portal's content
 * policy forbids. The whole form is checked against `checked`, whatever the library's own version of the schema says.
 */
export function createValidator(checked: InputSchema, describe: (failure: Failure) => string): ValidatorType {
  const whole = new Validator(checked as object, '2020-12', false)
  const failures = (data: unknown) => unitsOf(whole, data).map((unit) => explain(unit, checked))
  return {
    validateFormData(formData, _schema, customValidate, transformErrors, uiSchema) {
      let errors = failures(formData).map((failure) => toError(failure, describe(failure)))
      if (transformErrors) errors = transformErrors(errors, uiSchema)
      const result: ValidationData<unknown> = { errors, errorSchema: toErrorSchema(errors) }
      if (!customValidate) return result
      const handler = customValidate(formData, createErrorHandler(formData), uiSchema)
      return validationDataMerge(result, unwrapErrorHandler(handler))
    },
    isValid: (schema, formData) => unitsOf(new Validator(schema as object, '2019-09', false), formData).length === 0,
    rawValidation: (_schema, formData) => ({ errors: unitsOf(whole, formData) as never[] }),
  } as ValidatorType
}

/** The failures within a value, in the order in which they were met. */
function unitsOf(validator: Validator, data: unknown): OutputUnit[] {
  const { errors } = validator.validate(JSON.parse(JSON.stringify(data ?? {})) as unknown)
  return errors.filter(({ keyword }) => !CARRIERS.has(keyword))
}

function explain({ keyword, keywordLocation, instanceLocation, error }: OutputUnit, root: InputSchema): Failure {
  const location = pointer(keywordLocation)
  const limit = follow(root, location)
  const schema = (follow(root, location.slice(0, -1)) ?? {}) as InputSchema
  const path = pointer(instanceLocation).map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  if (keyword !== 'required') return { path, keyword, limit, schema }
  const missing = /"([^"]*)"/.exec(error)?.[1] ?? ''
  return { path: [...path, missing], keyword, limit, schema: schema.properties?.[missing] ?? {} }
}

/** "#/a/b~1c" as ["a", "b/c"]. */
function pointer(location: string): string[] {
  return location.split('/').slice(1).map((part) => decodeURIComponent(part).replace(/~1/g, '/').replace(/~0/g, '~'))
}

function follow(root: unknown, path: string[]): unknown {
  return path.reduce<unknown>((value, part) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined), root)
}

function toError({ path, keyword }: Failure, message: string): RJSFValidationError {
  return { name: keyword, property: `.${path.join('.')}`, message, stack: message, params: { path } }
}

function toErrorSchema(errors: RJSFValidationError[]) {
  const builder = new ErrorSchemaBuilder()
  for (const { message, params } of errors) if (message) builder.addErrors(message, (params as { path: string[] }).path)
  return builder.ErrorSchema
}

/** The server's refusals as the library shows them: each at its path below `inputs`. */
export function serverErrors(refusals: readonly { field: readonly string[]; message: string }[]) {
  const builder = new ErrorSchemaBuilder()
  for (const { field, message } of refusals) builder.addErrors(message, pathBelow(field))
  return builder.ErrorSchema
}

/** The path below `inputs` of a field that the server names, with the rows of lists as numbers. */
export function pathBelow(field: readonly string[]): (string | number)[] {
  return field.slice(1).map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}
