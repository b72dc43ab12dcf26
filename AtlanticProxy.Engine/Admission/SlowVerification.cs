using System.Net;
using System.Text;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Admission;

/// <summary>
/// Verifies secrets that take long on purpose, off the loops, a bounded number at a time; and bounds how many secrets one address
/// may guess, of those that take long, of others, and of nobody's, so that nothing tells one from the other.
/// </summary>
internal sealed class SlowVerification(TimeProvider time)
{
    /// <summary>Verifications waiting or running; more are refused, so that guessing cannot take the machine.</summary>
    private const int MaxQueued = 64;

    private readonly TaskFactory _bounded = new(
        new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default,
            Math.Max(1, Environment.ProcessorCount / 2)).ConcurrentScheduler);

    private readonly FailedTries _failures = new(time);
    private readonly Dictionary<(SecretVerifier, string), Task<bool?>> _running = [];

    /// <summary>
    /// Whether the secret is right; null when there are too many to verify now. An address that has failed often is wrong,
    /// without a look. Who tries the very same as another meanwhile shares its answer: a client that opens many connections at
    /// once has tried once.
    /// </summary>
    /// <param name="entry">Whose secret is verified; null when it is known to be wrong, and only counted.</param>
    public Task<bool?> VerifyAsync(UserEntry? entry, IPAddress client, ReadOnlyMemory<byte> secret)
    {
        var attempt = entry is null ? default : (entry.User.Secret, Encoding.Latin1.GetString(secret.Span));
        lock (_running)
        {
            if (entry is not null && _running.TryGetValue(attempt, out var same))
                return same;
            if (!_failures.TryCount(client))
                return Task.FromResult<bool?>(false);
            if (_running.Count >= MaxQueued)
            {
                _failures.Uncount(client);
                return Task.FromResult<bool?>(null);
            }
            if (entry is null)
                return Task.FromResult<bool?>(false);
            return _running[attempt] = _bounded.StartNew(() => Verify(entry, client, secret, attempt));
        }
    }

    private bool? Verify(UserEntry entry, IPAddress client, ReadOnlyMemory<byte> secret, (SecretVerifier, string) attempt)
    {
        try
        {
            bool right = entry.User.Secret.Verify(secret.Span);
            if (right)
            {
                entry.Activity.Remember(entry.User.Secret, secret.Span);
                _failures.Uncount(client);
            }
            return right;
        }
        finally
        {
            lock (_running)
                _running.Remove(attempt);
        }
    }
}
