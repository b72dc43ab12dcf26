using System.Linq.Expressions;
using LinqToDB.Common;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>How linq2db makes code of what reads rows.</summary>
public static class QueryCompilation
{
    /// <summary>
    /// From now on, in the whole process, that code is interpreted and not compiled: cheaper where each query runs once, as in a
    /// verb of the command line (figures in docs/decisions/0019-linq2db.md), dearer in a server.
    /// </summary>
    public static void Interpret() =>
        Compilation.SetExpressionCompiler((LambdaExpression expression) => expression.Compile(preferInterpretation: true));
}
