import { describe, expect, it } from 'vitest';
import { readODataError } from '../../../src/odata/service-error.ts';

describe('readODataError', () => {
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
      title: 'the details of SAP Gateway in OData 2.0, and the Content-ID that they agree on (P-15)',
      body: {
        error: {
          code: 'SY/530',
          message: { lang: 'en', value: 'Material 4711 is locked' },
          innererror: {
            transactionid: 'A1',
            errordetails: [
              {
                ContentID: '2',
                code: 'M3/024',
                message: 'Locked by Ann',
                propertyref: 'Matnr',
                severity: 'error',
                target: '',
              },
              {
                ContentID: '',
                code: '/IWBEP/CX_MGW_BUSI',
                message: 'x',
                propertyref: '',
                severity: 'error',
                target: 'Plant',
              },
            ],
          },
        },
      },
      error: {
        code: 'SY/530',
        message: 'Material 4711 is locked',
        details: [
          { code: 'M3/024', message: 'Locked by Ann', target: 'Matnr', contentId: '2' },
          { code: '/IWBEP/CX_MGW_BUSI', message: 'x', target: 'Plant' },
        ],
        contentId: '2',
      },
    },
    {
      title: 'no Content-ID of details that contradict each other (P-15)',
      body: {
        error: {
          code: 'E',
          message: 'Two',
          details: [
            { code: 'a', message: '', '@Core.ContentID': '1' },
            { code: 'b', message: '', '@Core.ContentID': 2 },
          ],
        },
      },
      error: {
        code: 'E',
        message: 'Two',
        details: [
          { code: 'a', message: '', contentId: '1' },
          { code: 'b', message: '', contentId: '2' },
        ],
      },
    },
    {
      title: 'SharePoint, in the verbose format of 3.0',
      body: {
        error: {
          code: '-2130575338, Microsoft.SharePoint.SPException',
          message: { lang: 'en-US', value: 'The item does not exist.' },
        },
      },
      error: { code: '-2130575338, Microsoft.SharePoint.SPException', message: 'The item does not exist.' },
    },
  ])('reads $title', ({ body, error }) => {
    expect(readODataError(body)).toEqual(error);
  });

  it('reads details only so deep, however deep they go', () => {
    let error: unknown = { code: 'deepest' };
    for (let i = 0; i < 10_000; i++) error = { code: String(i), details: [error] };
    let depth = 0;
    for (let at = readODataError({ error })?.details; at !== undefined; at = at[0]?.details) depth++;
    expect(depth).toBe(8);
  });

  it('takes no number before the message for a place where the service is not of 3.0', () => {
    expect(readODataError({ error: { code: 'E', message: '1: Bad' } })).toEqual({
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
    { Message: 'Bad' },
  ])('finds none in %j', (body) => {
    expect(readODataError(body)).toBeUndefined();
  });
});
