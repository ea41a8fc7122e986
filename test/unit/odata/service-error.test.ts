import { describe, expect, it } from 'vitest';
import { readJsonError } from '../../../src/odata/service-error.ts';

describe('readJsonError', () => {
  it.each([
    {
      title: 'OData 4.0, with target and details',
      body: {
        error: {
          code: 'E1',
          message: 'Bad',
          target: 'Name',
          details: [{ code: 'E2', message: 'Too long', target: 'Name/First' }, 'no detail'],
          innererror: { stack: 'x' },
        },
      },
      error: {
        code: 'E1',
        message: 'Bad',
        target: 'Name',
        details: [{ code: 'E2', message: 'Too long', target: 'Name/First' }],
      },
    },
    {
      title: 'OData 2.0, whose message is an object',
      body: { error: { code: 'E1', message: { lang: 'en', value: 'Bad' } } },
      error: { code: 'E1', message: 'Bad' },
    },
    {
      title: 'OData 3.0',
      body: { 'odata.error': { code: 'E1', message: { lang: 'en', value: 'Bad' } } },
      error: { code: 'E1', message: 'Bad' },
    },
    {
      title: 'the place that Azure Table puts before its message (P-15)',
      body: {
        'odata.error': { code: 'InvalidInput', message: { lang: 'en-US', value: '12:One of the inputs' } },
      },
      error: { code: 'InvalidInput', message: '12:One of the inputs', index: 12 },
    },
    {
      title: 'the Content-ID that CAP names (P-15)',
      body: { error: { code: '400', message: 'Bad', '@Core.ContentID': '2' } },
      error: { code: '400', message: 'Bad', contentId: '2' },
    },
    {
      title: 'the Content-ID by its full name (P-15)',
      body: { error: { code: '400', message: 'Bad', '@Org.OData.Core.V1.ContentID': 'a' } },
      error: { code: '400', message: 'Bad', contentId: 'a' },
    },
    {
      title: 'a code that is a number',
      body: { error: { code: 42, message: 'Bad' } },
      error: { code: '42', message: 'Bad' },
    },
    { title: 'an error without code and message', body: { error: {} }, error: { code: '', message: '' } },
    {
      title: 'ASP.NET Web API',
      body: { Message: 'Authorization has been denied' },
      error: { code: '', message: 'Authorization has been denied' },
    },
  ])('reads $title', ({ body, error }) => {
    expect(readJsonError(body)).toEqual(error);
  });

  it('takes no number before the message for a place where the service is not of 3.0', () => {
    expect(readJsonError({ error: { code: 'E', message: '1: Bad' } })).toEqual({
      code: 'E',
      message: '1: Bad',
    });
  });

  it.each([
    undefined,
    null,
    'error',
    1,
    [],
    [{ error: {} }],
    {},
    { error: 'text' },
    { error: null },
    { error: [] },
    { Message: {} },
  ])('finds none in %j', (body) => {
    expect(readJsonError(body)).toBeUndefined();
  });
});
