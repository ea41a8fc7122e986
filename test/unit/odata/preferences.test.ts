import { describe, expect, it } from 'vitest';
import { mergePreferences, readPreferences } from '../../../src/odata/preferences.ts';

describe('readPreferences', () => {
  it.each([
    [null, undefined],
    ['', undefined],
    ['return=minimal', undefined],
    ['odata.continue-on-error', true],
    ['continue-on-error', true],
    ['Continue-On-Error', true],
    ['OData.Continue-On-Error', true],
    ['odata.continue-on-error=true', true],
    ['continue-on-error=TRUE', true],
    ['continue-on-error=false', false],
    ['continue-on-error = false', false],
    ['odata.continue-on-error\t=\tFALSE', false],
    ['continue-on-error="false"', false],
    ['continue-on-error="fal\\se"', false],
    ['continue-on-error=', true],
    ['continue-on-error=""', true],
    ['continue-on-error=maybe', undefined],
    ['return=minimal, odata.continue-on-error;foo, wait=5', true],
    ['continue-on-error=false;odata="x, y";z', false],
    ['x-continue-on-error', undefined],
    ['continue-on-errors', undefined],
    ['odata.odata.continue-on-error', undefined],
  ])('of %j reads continue-on-error as %s (X7, S-05, S-06)', (prefer, continueOnError) => {
    expect(readPreferences(prefer).continueOnError).toBe(continueOnError);
  });

  it.each([
    ['continue-on-error, continue-on-error=false', true],
    ['odata.continue-on-error=false, continue-on-error', false],
    ['continue-on-error=maybe, continue-on-error', undefined],
    ['x="a, continue-on-error=false", continue-on-error', true],
  ])('of %j takes the first (RFC 7240 section 2): %s', (prefer, continueOnError) => {
    expect(readPreferences(prefer).continueOnError).toBe(continueOnError);
  });

  it.each([
    ['continue-on-error=false x, respond-async', undefined, true],
    ['=, continue-on-error', true, false],
    ['; continue-on-error, respond-async', undefined, true],
    ['é, continue-on-error', true, false],
    [',, ,continue-on-error,', true, false],
    ['a b "c, d" e, respond-async', undefined, true],
    ['a="never closed, respond-async', undefined, false],
    ['"\\', undefined, false],
    ['continue-on-error=(false), respond-async', undefined, true],
  ])(
    'of %j leaves out what breaks the grammar, up to the next comma',
    (prefer, continueOnError, respondAsync) => {
      expect(readPreferences(prefer)).toMatchObject({ continueOnError, respondAsync });
    },
  );

  it.each([
    [null, false],
    ['respond-async', true],
    ['Respond-Async, wait=10', true],
    ['wait=10,respond-async', true],
    ['respond-async;x=1', true],
    ['respond-asynchronously', false],
    ['x=respond-async', false],
    ['x="respond-async"', false],
    ['x;respond-async', false],
  ])('of %j reads respond-async as %s (A-01)', (prefer, respondAsync) => {
    expect(readPreferences(prefer).respondAsync).toBe(respondAsync);
  });

  it.each([
    [null, undefined],
    ['return=minimal', 'minimal'],
    ['Return="Representation"', 'representation'],
    ['return = minimal; x', 'minimal'],
    ['return=representation, return=minimal', 'representation'],
    ['return', undefined],
    ['return=everything', undefined],
    ['return-no-content', 'minimal'],
    ['return-content', 'representation'],
    ['return-content, return=minimal', 'representation'],
    ['no-return=minimal', undefined],
  ])('of %j reads return as %s', (prefer, kind) => {
    expect(readPreferences(prefer).return).toBe(kind);
  });

  it.each([' ', ',', '"', '\\"', '"\\', 'a', '=', ';', '; ', 'a=', 'a ', 'a"', 'é', 'a;b="c"'])(
    'takes linear time for %j again and again',
    (unit) => {
      const start = performance.now();
      readPreferences(unit.repeat(100_000));
      expect(performance.now() - start).toBeLessThan(2000);
    },
  );
});

describe('mergePreferences', () => {
  it.each([
    [null, null, null],
    ['', ' , ', null],
    [null, 'return=minimal', 'return=minimal'],
    ['odata.include-annotations="*"', null, 'odata.include-annotations="*"'],
    ['include-annotations="*"', 'return=minimal', 'return=minimal, include-annotations="*"'],
    ['allow-entityreferences, handling=strict', 'wait=5', 'wait=5, allow-entityreferences, handling=strict'],
  ])('hands the preferences of the batch down: %j and %j are %j (H-51)', (outer, inner, merged) => {
    expect(mergePreferences(outer, inner)).toBe(merged);
  });

  it.each([
    ['include-annotations="a.*"', 'include-annotations="b.*"', 'include-annotations="b.*"'],
    ['odata.include-annotations="a.*", x', 'include-annotations="b.*"', 'include-annotations="b.*", x'],
    ['X=1;y=2, z', 'x=3', 'x=3, z'],
    ['x=1', 'x', 'x'],
    ['x=1', 'X=""', 'X=""'],
  ])(
    "takes the operation's own first, preference by preference: %j and %j are %j",
    (outer, inner, merged) => {
      expect(mergePreferences(outer, inner)).toBe(merged);
    },
  );

  it.each([
    'respond-async',
    'continue-on-error',
    'odata.continue-on-error=false',
    'wait=10',
    'callback; url="https://h/x,y"',
    'odata.callback;url="x"',
    'return=minimal',
    'return-no-content',
    'maxpagesize=5',
    'odata.track-changes',
  ])('keeps %s to the batch (H-52, H-54, H-56)', (preference) => {
    expect(mergePreferences(preference, null)).toBeNull();
    expect(mergePreferences(`x, ${preference}`, 'y')).toBe('y, x');
  });

  it.each(['return=minimal', 'wait=10', 'odata.maxpagesize=5', 'callback;url="x"', 'track-changes'])(
    'leaves %s to an operation that names it',
    (preference) => {
      expect(mergePreferences(null, preference)).toBe(preference);
    },
  );

  it('leaves out what no operation decides (H-54), and in a multipart batch the wish for a later answer (S-10)', () => {
    const inner = 'respond-async, odata.continue-on-error, return=minimal, wait=5';
    expect(mergePreferences('respond-async', inner)).toBe('return=minimal, wait=5');
    expect(mergePreferences('respond-async', inner, true)).toBe('respond-async, return=minimal, wait=5');
  });

  it('keeps each as it stood, with quotes, parameters and letter case, and drops what breaks the grammar', () => {
    expect(mergePreferences('Foo = "a, \\"b\\"" ; Bar=1;;c , bad bad, D', null)).toBe(
      'Foo = "a, \\"b\\"" ; Bar=1;;c, D',
    );
    expect(mergePreferences('x, x=2', 'y, y=2')).toBe('y, x');
  });
});
