using AtlanticProxy.ControlPlane.ConnectionLog;

namespace AtlanticProxy.Web.Features.Activity;

/// <summary>Connections that ended alike, one right after the other.</summary>
/// <param name="Last">The latest of them, which stands for all.</param>
/// <param name="First">The earliest.</param>
/// <param name="Bytes">Of all, in both directions.</param>
internal sealed record ActivityRun(ActivityRow Last, ActivityRow First, int Count, long Bytes)
{
    /// <summary>Folds rows in the order in which they are shown.</summary>
    public static IReadOnlyList<ActivityRun> Of(IEnumerable<ActivityRow> rows)
    {
        var runs = new List<ActivityRun>();
        foreach (var row in rows)
            if (runs is [.., var run] && KindOf(run.Last) == KindOf(row))
                runs[^1] = run with
                {
                    First = row, Count = run.Count + 1, Bytes = run.Bytes + row.BytesUp + row.BytesDown,
                };
            else
                runs.Add(new ActivityRun(row, row, 1, row.BytesUp + row.BytesDown));
        return runs;
    }

    private static (long, string, string, int, string, string?) KindOf(ActivityRow row) =>
        (row.ProxyUserId, row.Outcome, row.Host, row.Port, row.Country, row.Detail);
}
