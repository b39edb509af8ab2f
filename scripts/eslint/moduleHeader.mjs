/**
 * A lint rule: every module of `src` says what it is, in a doc comment that stands before its first statement, or before
 * the first one after its imports (where a module is one declaration, its docstring is the module's header).
 */

/** @type {import('eslint').Rule.RuleModule} */
export default {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      missing:
        'open the module with a doc comment of 3 to 15 lines: what it is, its Twisted counterpart (@twisted), what it leaves out',
    },
  },
  create(context) {
    const { sourceCode } = context;
    const isDoc = (comment) => comment.type === 'Block' && comment.value.startsWith('*');
    return {
      Program(program) {
        const first = program.body[0];
        const afterImports = program.body.find(({ type }) => type !== 'ImportDeclaration');
        const documented = [first, afterImports].some((node) => node && sourceCode.getCommentsBefore(node).some(isDoc));
        if (!documented) context.report({ loc: { line: 1, column: 0 }, messageId: 'missing' });
      },
    };
  },
};
