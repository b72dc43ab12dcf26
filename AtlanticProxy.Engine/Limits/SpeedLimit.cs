namespace AtlanticProxy.Engine.Limits;

/// <summary>
/// A token bucket of bytes, shared by all loops. It is asked for some thousand bytes at a time and by few, so a lock is cheaper
/// than what would replace it.
/// </summary>
internal sealed class SpeedLimit(TimeProvider time)
{
    /// <summary>
    /// What may be saved up while nothing flows: 0.2 s of the speed, so that any 10 s carry at most 2 % more than their share.
    /// </summary>
    private const double BurstSeconds = 0.2;

    /// <summary>The least that may be saved up: one read of an ordinary page.</summary>
    private const long MinBurst = 16 * 1024;

    private readonly Lock _lock = new();
    private long _bytesPerSecond, _burst;
    private double _tokens;
    private long _filledAt;
    private int _waiting;

    /// <summary>Tunnels that wait for it, in all lanes.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public void CountWaiting(int change) => Interlocked.Add(ref _waiting, change);

    /// <summary>Sets the speed; 0 is no limit.</summary>
    public void Set(long bytesPerSecond)
    {
        lock (_lock)
        {
            if (bytesPerSecond == _bytesPerSecond)
                return;
            _bytesPerSecond = bytesPerSecond;
            _burst = Math.Max((long)(bytesPerSecond * BurstSeconds), MinBurst);
            _tokens = Math.Min(_tokens, _burst);
            _filledAt = time.GetTimestamp();
        }
    }

    public bool IsOn => Volatile.Read(ref _bytesPerSecond) > 0;

    /// <summary>Takes up to <paramref name="wanted"/> bytes: how many.</summary>
    public int Take(int wanted)
    {
        lock (_lock)
        {
            if (_bytesPerSecond == 0)
                return wanted;
            Fill();
            int taken = (int)Math.Clamp((long)_tokens, 0, wanted);
            _tokens -= taken;
            return taken;
        }
    }

    /// <summary>Gives back what was taken and not moved; negative takes, whether it is there or not.</summary>
    public void GiveBack(int bytes)
    {
        lock (_lock)
            _tokens = Math.Min(_tokens + bytes, _burst);
    }

    /// <summary>Bytes that may be taken now.</summary>
    public long Available
    {
        get
        {
            lock (_lock)
            {
                if (_bytesPerSecond == 0)
                    return long.MaxValue;
                Fill();
                return (long)_tokens;
            }
        }
    }

    private void Fill()
    {
        long now = time.GetTimestamp();
        _tokens = Math.Min(_burst, _tokens + _bytesPerSecond * ((now - _filledAt) / (double)time.TimestampFrequency));
        _filledAt = now;
    }
}
