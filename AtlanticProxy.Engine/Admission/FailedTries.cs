using System.Net;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Admission;

/// <summary>Counts what each address has tried in vain, so that guessing is bounded. From any thread.</summary>
internal sealed class FailedTries(TimeProvider time)
{
    /// <summary>
    /// Tries in <see cref="Window"/> that find nothing, for one address (IPv6: one /64). 32: a phone with a stale key tries again
    /// every few seconds; with 10 000 Shadowsocks keys it is a few percent of a core (docs/benchmarks.md), and so are as many
    /// verifications of chosen passwords.
    /// </summary>
    public const int Most = 32;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Addresses remembered: up to twice this.</summary>
    private const int MaxAddresses = 16384;

    private readonly RecentMap<ulong, (long Since, int Count)> _failures = new(MaxAddresses);
    private readonly Lock _counting = new();

    /// <summary>
    /// Counts a try; false when there were too many. It counts as failed until it has found something, so that many at once are
    /// no way around.
    /// </summary>
    public bool TryCount(IPAddress client)
    {
        ulong address = AddressCounts.KeyOf(client);
        long now = time.GetTimestamp();
        lock (_counting)
        {
            if (!_failures.TryGet(address, out var failures) || time.GetElapsedTime(failures.Since, now) >= Window)
                failures = (now, 0);
            if (failures.Count >= Most)
                return false;
            _failures.Set(address, (failures.Since, failures.Count + 1));
            return true;
        }
    }

    /// <summary>It found something.</summary>
    public void Uncount(IPAddress client)
    {
        ulong address = AddressCounts.KeyOf(client);
        lock (_counting)
            if (_failures.TryGet(address, out var failures) && failures.Count > 0)
                _failures.Set(address, (failures.Since, failures.Count - 1));
    }
}
