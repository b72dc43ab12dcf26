using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Admission;

/// <summary>Verifies secrets that take long on purpose, off the loops, a bounded number at a time.</summary>
internal sealed class SlowVerification
{
    /// <summary>Verifications waiting or running; more are refused at once, so that guessing cannot take the machine.</summary>
    private const int MaxQueued = 64;

    private readonly TaskFactory _bounded = new(
        new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, Math.Max(1, Environment.ProcessorCount / 2)).ConcurrentScheduler);

    private int _queued;

    /// <summary>Whether the secret is right; null when there are too many to verify now.</summary>
    public async Task<bool?> VerifyAsync(UserEntry entry, ReadOnlyMemory<byte> secret)
    {
        if (Interlocked.Increment(ref _queued) > MaxQueued)
        {
            Interlocked.Decrement(ref _queued);
            return null;
        }
        try
        {
            bool right = await _bounded.StartNew(() => entry.User.Secret.Verify(secret.Span));
            if (right)
                entry.Activity.Remember(entry.User.Secret, secret.Span);
            return right;
        }
        finally
        {
            Interlocked.Decrement(ref _queued);
        }
    }
}
