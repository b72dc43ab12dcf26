using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AtlanticProxy.ControlPlane.Jobs;

namespace AtlanticProxy.Host.Metrics;

/// <summary>What became of the cluster's jobs on this node.</summary>
public sealed class JobMetrics : IDisposable
{
    /// <summary>Seconds. Most take milliseconds; an audit of a large ledger takes minutes.</summary>
    private static readonly double[] Bounds = [0.01, 0.05, 0.25, 1, 5, 30, 120, 600, 3600];

    private readonly Meter _meter = new(ApplianceMetrics.MeterName);
    private readonly ConcurrentDictionary<string, Count> _counts =
        new(ClusterJobs.All.Select(job => KeyValuePair.Create(job.Id, new Count())));

    private readonly Histogram<double> _duration;

    public JobMetrics()
    {
        _meter.CreateObservableCounter("atlantic.job.runs", () => Read(count => count.Runs), "{run}",
            "Runs of the cluster's jobs that this node ended, the failed ones included");
        _meter.CreateObservableCounter("atlantic.job.failures", () => Read(count => count.Failures), "{run}",
            "Runs of the cluster's jobs that failed on this node; a failed one is tried again");
        _duration = _meter.CreateHistogram("atlantic.job.duration", "s", "Duration of the cluster's jobs on this node",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds });
    }

    /// <summary>Counts and times a run of a known job.</summary>
    public async Task<T> MeasureAsync<T>(string id, Func<Task<T>> run, Func<T, bool> failed)
    {
        long began = Stopwatch.GetTimestamp();
        bool isFailed = true;
        try
        {
            var result = await run();
            isFailed = failed(result);
            return result;
        }
        finally
        {
            _counts[id].Add(isFailed);
            _duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("job_id", id));
        }
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Read(Func<Count, long> of) =>
        _counts.Select(each => new Measurement<long>(of(each.Value), new KeyValuePair<string, object?>("job_id", each.Key)));

    private sealed class Count
    {
        private long _runs, _failures;

        public long Runs => Interlocked.Read(ref _runs);

        public long Failures => Interlocked.Read(ref _failures);

        public void Add(bool failed)
        {
            Interlocked.Increment(ref _runs);
            if (failed)
                Interlocked.Increment(ref _failures);
        }
    }
}
