import { readdirSync } from 'node:fs';
import ts from 'typescript';
import { ROOT, readText } from './markdown.ts';

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readText(path), ts.ScriptTarget.Latest);
}

/** The string literals that a union type of a file lists; names of other unions of the file are followed. */
export function unionMembers(path: string, typeName: string): string[] {
  const file = parse(path);
  const members = (name: string): string[] => {
    const alias = file.statements.find((each) => ts.isTypeAliasDeclaration(each) && each.name.text === name);
    if (alias === undefined || !ts.isTypeAliasDeclaration(alias) || !ts.isUnionTypeNode(alias.type)) {
      throw new Error(`${path} has no union ${name}`);
    }
    return alias.type.types.flatMap((type) => {
      if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)) return [type.literal.text];
      return members(type.getText(file));
    });
  };
  return members(typeName);
}

/** The texts of a file: its string literals and the parts of its templates, comments left out. */
export function stringLiterals(path: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    const isText =
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddle(node) ||
      ts.isTemplateTail(node);
    if (isText) texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(parse(path));
  return texts;
}

/** The test files of the repository, named from its root. */
export function testFiles(folder = 'test'): string[] {
  return readdirSync(`${ROOT}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : testFiles(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}
