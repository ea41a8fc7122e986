import { z } from 'zod';

/** `request-id` of the OData ABNF. */
const id = z.string().regex(/^[A-Za-z0-9\-._~]+$/);
const METHODS = ['delete', 'get', 'patch', 'post', 'put'];

/** OData 4.01 JSON Format 19.1, object by object; an oracle that owes nothing to the codec. */
const request = z
  .looseObject({
    id,
    method: z.string().refine((method) => METHODS.includes(method.toLowerCase())),
    url: z.string().regex(/^[\x20-\x7e]+$/),
    atomicityGroup: id.optional(),
    dependsOn: z.array(z.string()).optional(),
    if: z.string().min(1).optional(),
    headers: z
      .record(z.string().regex(/^[\w!#$%&'*+\-.^`|~]+$/), z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/))
      .optional(),
    body: z.unknown().optional(),
  })
  .superRefine((value, context) => {
    const issue = (message: string) => context.addIssue({ code: 'custom', message });
    const known = ['id', 'method', 'url', 'atomicityGroup', 'dependsOn', 'if', 'headers', 'body'];
    if (Object.keys(value).some((name) => !known.includes(name) && !name.includes('@')))
      issue('unknown member');
    const names = Object.keys(value.headers ?? {}).map((name) => name.toLowerCase());
    if (new Set(names).size !== names.length) issue('header twice');
    const hasBody = value.body !== undefined && value.body !== null;
    if (hasBody && /^(get|delete)$/i.test(value.method)) issue('body');
    const [, type = 'application/json'] =
      Object.entries(value.headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type') ?? [];
    const essence = type.trim().split(/[;\s]/)[0]?.toLowerCase() ?? '';
    const isJson =
      essence === 'application/json' || (essence.endsWith('+json') && !essence.startsWith('text/'));
    if (hasBody && !isJson && typeof value.body !== 'string') issue('body of the wrong kind');
    if (hasBody && !isJson && !essence.startsWith('text/')) {
      const text = String(value.body).replace(/=+$/, '');
      if (!/^[\w+/-]*$/.test(text) || text.length % 4 === 1) issue('no base64');
    }
  });

/** The whole batch: what its requests say of each other. */
export const jsonBatchSchema = z
  .looseObject({ requests: z.array(request) })
  .superRefine(({ requests, ...others }, context) => {
    const issue = (message: string) => context.addIssue({ code: 'custom', message });
    if (Object.keys(others).some((name) => !name.includes('@'))) issue('unknown member');
    const ids = requests.map((each) => each.id);
    const groups = new Set(requests.flatMap(({ atomicityGroup }) => atomicityGroup ?? []));
    if (new Set(ids).size !== ids.length || ids.some((each) => groups.has(each))) issue('id');
    for (const group of groups) {
      const places = requests.flatMap(({ atomicityGroup }, at) => (atomicityGroup === group ? [at] : []));
      if ((places.at(-1) ?? 0) - (places[0] ?? 0) !== places.length - 1) issue('split group');
    }
    for (const [at, { dependsOn = [], url, atomicityGroup }] of requests.entries()) {
      const earlier = requests.slice(0, at);
      for (const name of dependsOn) {
        const target = earlier.find((each) => each.id === name);
        const isGroup = earlier.some((each) => each.atomicityGroup === name) && name !== atomicityGroup;
        const group = target?.atomicityGroup;
        const isOwn = group === undefined || group === atomicityGroup || dependsOn.includes(group);
        if (!isGroup && !(target !== undefined && isOwn)) issue('dependsOn');
      }
      const referred = /^\$([^/?#(]+)/.exec(url)?.[1];
      const isResource = /^(all|batch|count|crossjoin|entity|filter|id|it|metadata|ref|root|this|value)$/;
      if (referred !== undefined && !isResource.test(referred)) {
        const target = earlier.find((each) => each.id === referred);
        const own = target?.atomicityGroup === undefined || target.atomicityGroup === atomicityGroup;
        if (target === undefined || !dependsOn.includes(own ? referred : (target.atomicityGroup ?? '')))
          issue('reference');
      }
      if (/(^|\/)\$batch(\?|$)/.test(url)) issue('batch in batch');
    }
  });
