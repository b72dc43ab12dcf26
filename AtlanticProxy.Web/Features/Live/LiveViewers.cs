using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;

namespace AtlanticProxy.Web.Features.Live;

/// <summary>Who listens now.</summary>
internal sealed class LiveViewers(TimeProvider time)
{
    /// <summary>
    /// Then a page has to ask anew, which only a session that still stands may: a password that was changed elsewhere ends what
    /// it shows.
    /// </summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (HubCallerContext Context, string Group, DateTimeOffset Since)> _viewers = [];

    public void Joined(HubCallerContext context, string group) =>
        _viewers[context.ConnectionId] = (context, group, time.GetUtcNow());

    public void Left(string connectionId) => _viewers.TryRemove(connectionId, out _);

    /// <summary>The groups that somebody is in.</summary>
    public IReadOnlySet<string> Groups() => _viewers.Values.Select(viewer => viewer.Group).ToHashSet(StringComparer.Ordinal);

    /// <summary>Ends those that have listened for too long.</summary>
    public void EndOld()
    {
        var oldest = time.GetUtcNow() - MaxAge;
        foreach (var (context, _, since) in _viewers.Values)
            if (since < oldest)
                context.Abort();
    }
}
