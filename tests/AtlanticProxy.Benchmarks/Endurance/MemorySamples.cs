using System.Diagnostics;

namespace AtlanticProxy.Benchmarks.Endurance;

/// <summary>Looks at a process's memory each second, and at its peaks between.</summary>
internal sealed class MemorySamples : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly int _pid;
    private readonly long _since = Stopwatch.GetTimestamp();
    private readonly List<Sample> _samples = [];
    private readonly Dictionary<string, long> _peaks = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sampling;

    public MemorySamples(int pid)
    {
        _pid = pid;
        _sampling = SampleAsync();
    }

    /// <param name="At">Since the first.</param>
    internal readonly record struct Sample(TimeSpan At, ResidentMemory Memory);

    public IReadOnlyList<Sample> All => _samples;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_since);

    /// <summary>The highest of each phase, bytes, which the kernel keeps for us: nothing between two samples is missed.</summary>
    public IReadOnlyDictionary<string, long> Peaks => _peaks;

    /// <summary>Ends <paramref name="phase"/>: what was the peak since the last phase ended was its peak.</summary>
    public void EndPhase(string phase)
    {
        long peak = ResidentMemory.Of(_pid).Peak;
        _peaks[phase] = Math.Max(_peaks.GetValueOrDefault(phase), peak);
        ResidentMemory.ForgetPeak(_pid);
    }

    /// <summary>Mean of what was resident from one moment to another, bytes.</summary>
    public double Mean(TimeSpan from, TimeSpan to)
    {
        lock (_samples)
            return _samples.Where(sample => sample.At >= from && sample.At < to)
                .Select(sample => (double)sample.Memory.Resident).DefaultIfEmpty().Average();
    }

    /// <summary>Most that was resident at any look from one moment to another, bytes.</summary>
    public double Most(TimeSpan from, TimeSpan to)
    {
        lock (_samples)
            return _samples.Where(sample => sample.At >= from && sample.At < to)
                .Select(sample => (double)sample.Memory.Resident).DefaultIfEmpty().Max();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sampling;
        _stop.Dispose();
    }

    private async Task SampleAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var sample = new Sample(Elapsed, ResidentMemory.Of(_pid));
                lock (_samples)
                    _samples.Add(sample);
            }
        }
        catch (OperationCanceledException)
        {
            // asked to
        }
    }
}
