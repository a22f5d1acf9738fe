// The OpenAPI document as one page of HTML: no script and nothing from elsewhere, so that it works offline.

import { hash } from 'node:crypto'
import { html, raw } from 'hono/html'
import { problemCodes, problemKinds } from '../../wire/problem.ts'
import { fieldsOf, formsOf, type Schema, type Schemas } from './schema-fields.ts'
import { style } from './style.ts'

interface Content {
  readonly [mediaType: string]: { readonly schema?: Schema }
}

interface Operation {
  readonly tags?: readonly string[]
  readonly summary?: string
  readonly description?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema?: Schema
}

interface Document {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Schemas }
}

/** The page may do nothing but show its one style sheet. */
export const docsHeaders = {
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
}

export function docsPage(document: object): string {
  const { info, paths, components } = document as Document
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? ''))]
  const schemas = components?.schemas ?? {}
  return String(html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${info.title} API</title>
<style>${raw(style)}</style></head>
<body>
<header><h1>${info.title} <small>${info.version}</small></h1><p>${info.description}</p>
<nav>${tags.map((tag) => html`<a href="#${tag}">${tag}</a> `)}<a href="#problems">Problems</a> <a href="/v1/openapi.json">OpenAPI 3.1</a></nav></header>
<main>
${tags.map(
  (tag) => html`<h2 id="${tag}">${tag}</h2>
${operations.filter(({ operation }) => (operation.tags?.[0] ?? '') === tag).map((one) => operationSection(one, schemas))}`,
)}
<h2 id="problems">Problems</h2>
<table><tr><th>Code</th><th>Status</th><th>Retryable</th><th>Title</th></tr>
${problemCodes.map((code) => {
  const { status, retryable, title } = problemKinds[code]
  return html`<tr><td><code>${code}</code></td><td>${status}</td><td>${retryable ? 'yes' : 'no'}</td><td>${title}</td></tr>
`
})}</table>
</main>
</body>
</html>
`)
}

interface Located {
  readonly path: string
  readonly method: string
  readonly operation: Operation
}

function operationSection({ path, method, operation }: Located, schemas: Schemas) {
  const { summary, description = '', parameters = [], requestBody, responses } = operation
  return html`<section>
<h3><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code></h3>
<p><strong>${summary}.</strong> ${description}</p>
${parameters.length > 0 ? parameterTable(parameters) : ''}
${requestBody === undefined ? '' : html`<h4>Body</h4>${contentTables(requestBody.content, schemas)}`}
<h4>Answers</h4>
${Object.entries(responses).map(
  ([status, response]) => html`<details><summary><b>${status}</b> ${response.description}</summary>
${response.content === undefined ? '' : contentTables(response.content, schemas)}</details>
`,
)}</section>
`
}

function parameterTable(parameters: readonly Parameter[]) {
  return html`<table><tr><th>Parameter</th><th>In</th><th>About</th></tr>
${parameters.map(
  ({
    name,
    in: where,
    required,
    schema,
  }) => html`<tr><td><code>${name}</code>${required ? ' *' : ''}</td><td>${where}</td>
<td>${schema?.description} <code>${schema?.pattern}</code></td></tr>
`,
)}</table>`
}

function contentTables(content: Content, schemas: Schemas) {
  const forms = Object.entries(content).flatMap(([mediaType, { schema = {} }]) =>
    formsOf(schema, schemas).map((form) => ({ mediaType, ...form })),
  )
  return forms.map(
    ({ mediaType, name: form, schema }, index) => html`<p>${index > 0 ? 'or ' : ''}<code>${mediaType}</code> ${form}</p>
<table><tr><th>Member</th><th>Type</th><th>About</th></tr>
${fieldsOf(schema, schemas).map(
  ({
    name,
    type,
    required,
    about,
  }) => html`<tr><td><code>${name}</code>${required ? ' *' : ''}</td><td>${type}</td><td>${about}</td></tr>
`,
)}</table>`,
  )
}
