import type { Media, Operation } from '@graphtail/runtime';
import { html, type Html } from './html.ts';
import { field, members, typeOf, type Schema } from './schema.ts';

/** Shows one operation: its parameters, its answers, and a curl line to try it. */
export function operationSection(method: string, path: string, operation: Operation): Html {
  const { operationId, summary, parameters, requestBody, responses } = operation;
  return html`<section id="${operationId}" class="operation">
    <h3>
      <span class="method ${method}">${method.toUpperCase()}</span> <a href="#${operationId}"><code>${path}</code></a>
    </h3>
    <p>${summary}.</p>
    <pre>${curlLine(method, path, operation)}</pre>
    ${
      parameters.length === 0
        ? ''
        : html`<h4>Parameters</h4>
            <dl class="members">
              ${parameters.map(({ name, required, description, schema }) => field(name, schema as Schema, required, description))}
            </dl>`
    }
    ${
      requestBody === undefined
        ? ''
        : html`<h4>Body${requestBody.required ? '' : ' (optional)'}</h4>
            ${contents(requestBody.content)}`
    }
    <h4>Answers</h4>
    ${Object.entries(responses).map(([status, answer]) => answerPart(status, answer))}
  </section>`;
}

function answerPart(status: string, { description, content = {} }: Operation['responses'][string]): Html {
  const isGood = status.startsWith('2');
  return html`<details class="answer" ${isGood ? 'open' : ''}>
    <summary><span class="status ${isGood ? 'good' : 'bad'}">${status}</span> ${Object.keys(content).join(', ')}</summary>
    ${description.split('\n\n').map((line) => html`<p>${line.replaceAll('`', '')}</p>`)} ${contents(content)}
  </details>`;
}

function contents(content: Media): Html {
  const schemas = Object.values(content).flatMap(({ schema }) => (schema === undefined ? [] : [schema as Schema]));
  return html`${schemas.map((schema) => (schema.$ref === undefined ? members(schema) : html`<p>${typeOf(schema)}</p>`))}`;
}

function curlLine(method: string, path: string, { parameters, requestBody, responses }: Operation): string {
  const needed = parameters.filter((each) => each.required && each.in === 'query').map(({ name }) => `${name}=…`);
  const url = `localhost:8000${path}${needed.length === 0 ? '' : `?${needed.join('&')}`}`;
  const flags = [
    ...(responses['200']?.content?.['text/event-stream'] === undefined ? [] : ['-N']),
    ...(method === 'get' ? [] : [`-X ${method.toUpperCase()}`]),
    ...(requestBody === undefined ? [] : [`-H 'content-type: application/json' -d '${JSON.stringify(bodyExample(requestBody.content))}'`]),
  ];
  return ['curl', ...flags, `'${url}'`].join(' ');
}

/** An example of a body, with the keys that it must have. */
function bodyExample(content: Media): Record<string, string> {
  const { required = [] } = (content['application/json']?.schema ?? {}) as Schema;
  return Object.fromEntries(required.map((name) => [name, '…']));
}
