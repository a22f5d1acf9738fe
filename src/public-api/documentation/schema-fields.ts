// A JSON Schema as a flat list of members, for a table.

export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly pattern?: string
  readonly example?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Schemas
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly prefixItems?: readonly Schema[]
  readonly additionalProperties?: Schema | boolean
  readonly anyOf?: readonly Schema[]
}

export type Schemas = Readonly<Record<string, Schema>>

export interface Field {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly about: string
}

/** `a.b` is a member of a member, `a[]` an item of a list, `a.*` a member of any name. */
export function fieldsOf(schema: Schema, schemas: Schemas, name = '', required = false): readonly Field[] {
  const known = resolved(schema, schemas)
  if (known.anyOf !== undefined) return known.anyOf.flatMap((one) => fieldsOf(one, schemas, name, required))
  const inner = innerFields(known, schemas, name)
  if (name === '' && inner.length > 0) return inner
  return [{ name, type: typeOf(known), required, about: aboutOf(known) }, ...inner]
}

/** The forms that something may have, each with its name, if it has one. */
export function formsOf(
  schema: Schema,
  schemas: Schemas,
): readonly { readonly name: string; readonly schema: Schema }[] {
  return (resolved(schema, schemas).anyOf ?? [schema]).map((form) => {
    return { name: form.$ref === undefined ? '' : nameIn(form.$ref), schema: form }
  })
}

function innerFields(schema: Schema, schemas: Schemas, name: string): readonly Field[] {
  const { properties = {}, required = [], items = schema.prefixItems?.[0], additionalProperties } = schema
  const prefix = name === '' ? '' : `${name}.`
  const members = Object.entries(properties).flatMap(([member, inner]) =>
    fieldsOf(inner, schemas, prefix + member, required.includes(member)),
  )
  if (items !== undefined) return [...members, ...innerFields(resolved(items, schemas), schemas, `${name}[]`)]
  if (typeof additionalProperties !== 'object') return members
  return [...members, ...innerFields(resolved(additionalProperties, schemas), schemas, `${prefix}*`)]
}

function resolved(schema: Schema, schemas: Schemas): Schema {
  if (schema.$ref === undefined) return schema
  return schemas[nameIn(schema.$ref)] ?? schema
}

function nameIn(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1)
}

function typeOf({ type, enum: values }: Schema): string {
  if (values !== undefined && values.length <= 5) return values.join(' | ')
  return typeof type === 'string' ? type : (type ?? []).join(' | ')
}

function aboutOf({ description, pattern, example }: Schema): string {
  const told = example === undefined ? undefined : `Example: ${JSON.stringify(example)}`
  return [description, told ?? pattern].filter((part) => part !== undefined).join(' ')
}
