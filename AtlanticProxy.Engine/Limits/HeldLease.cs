using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.Engine.Limits;

/// <summary>A lease, and when what of it is due.</summary>
internal sealed class HeldLease(AccountLease lease)
{
    /// <summary>A lease is renewed when this part of its time is left.</summary>
    private const int RenewalDivisor = 3;

    private int _refills;
    private bool _collecting;

    public AccountLease Lease { get; } = lease;

    public Task Answer { get; set; } = Task.CompletedTask;

    /// <summary>How often the account has got more, as far as this node was told.</summary>
    public int Refills => Volatile.Read(ref _refills);

    /// <summary>Loops are giving back their shares: it is not known yet whether anything is left.</summary>
    public bool IsCollecting
    {
        get => Volatile.Read(ref _collecting);
        set => Volatile.Write(ref _collecting, value);
    }

    public void CountRefill() => Interlocked.Increment(ref _refills);

    public long AskedAt { get; set; }

    public long TakenWhenAsked { get; set; }

    public long UsedAt { get; set; }

    /// <summary>The minute of the clock that was last asked for.</summary>
    public long PaidMinute { get; set; }

    /// <summary>What was asked for with it.</summary>
    public PricedTargeting PaidTargeting { get; set; }

    /// <summary>Whether the account pays for <paramref name="minute"/>, as its connections are now.</summary>
    public bool Pays(long minute) => PaidMinute == minute && (Lease.Targeting & ~PaidTargeting) == 0;

    public void OnMinuteAsked(long minute, PricedTargeting targeting)
    {
        PaidTargeting = minute == PaidMinute ? PaidTargeting | targeting : targeting;
        PaidMinute = minute;
    }

    public long RenewAt { get; private set; }

    public long EndsAt { get; private set; }

    public void OnAnswered(in LeaseGrant grant, long asked, TimeProvider time)
    {
        long valid = (long)(Math.Min(grant.ValidFor.TotalSeconds, TimeSpan.FromDays(1).TotalSeconds)
            * time.TimestampFrequency);
        // From the question on, which is the careful side.
        EndsAt = asked + valid;
        RenewAt = EndsAt - valid / RenewalDivisor;
        if (UsedAt == 0)
            UsedAt = asked;
        Lease.LowWater = grant.Bytes == long.MaxValue ? 0 : grant.Bytes / 2;
        Lease.OnAnswer(grant);
    }
}
