using System.Threading.Channels;
using AtlanticProxy.ControlPlane.Database;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Snapshots;

/// <summary>What health shows of the publisher.</summary>
/// <param name="Connected">Whether changes in the database reach the engine now.</param>
/// <param name="LastApplied">When the engine last took a snapshot or a change; null before the first.</param>
public sealed record SnapshotStatus(bool Connected, DateTimeOffset? LastApplied);

/// <summary>
/// Keeps the engine's snapshot equal to the database. It listens, then reads everything, then reads again only rows that a
/// trigger notified of. A lost connection may have lost notifications too, so after each new one it begins with everything again.
/// </summary>
/// <remarks>
/// One task waits for notifications and collects ids; another takes what has been collected, reads the rows and gives them to the
/// sink. So a burst of changes becomes a few readings, and the same row changed often is read once.
/// </remarks>
public sealed partial class SnapshotPublisher
{
    /// <summary>The channel of migration 0005.</summary>
    private const string Channel = "atlantic_snapshot";

    /// <summary>
    /// A silent connection is asked for a sign of life this often: a database machine that vanished sends no reset.
    /// </summary>
    private static readonly TimeSpan SignOfLifeInterval = TimeSpan.FromSeconds(5);

    private static readonly int SignOfLifeTimeout = 5; // seconds, as Npgsql counts

    private readonly NpgsqlDataSource _database;
    private readonly SnapshotReader _reader;
    private readonly ISnapshotSink _sink;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    public SnapshotPublisher(NpgsqlDataSource database, SnapshotReader reader, ISnapshotSink sink, TimeProvider time,
        ILogger<SnapshotPublisher> log) =>
        (_database, _reader, _sink, _time, _log) = (database, reader, sink, time, log);

    public SnapshotStatus Status { get; private set; } = new(false, null);

    /// <summary>Runs until cancelled. Faults of the database are logged and retried; nothing but cancellation ends it.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var backoff = new Backoff();
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(backoff, cancellation);
            }
            catch (Exception fault) when (!cancellation.IsCancellationRequested)
            {
                Status = Status with { Connected = false };
                var pause = backoff.Next();
                LogLost(fault, pause.TotalSeconds);
                await Backoff.PauseAsync(pause, _time, cancellation);
            }
            catch (OperationCanceledException)
            {
                // Asked to stop.
            }
        }
        Status = Status with { Connected = false };
    }

    /// <summary>One connection's life.</summary>
    private async Task FollowAsync(Backoff backoff, CancellationToken cancellation)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellation);
        var payloads =
            System.Threading.Channels.Channel.CreateUnbounded<string>(
                new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        connection.Notification += (_, notification) => payloads.Writer.TryWrite(notification.Payload);
        await using (var listen = new NpgsqlCommand($"listen {Channel}", connection))
            await listen.ExecuteNonQueryAsync(cancellation);

        // From here no change is missed: what commits during the reading is notified, and read again.
        var snapshot = await _reader.ReadAllAsync(cancellation);
        _sink.Replace(snapshot);
        Status = new SnapshotStatus(true, _time.GetUtcNow());
        LogLoaded(snapshot.UserCount, snapshot.Providers.Length);
        backoff.Reset();

        using var life = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var listening = ListenAsync(connection, life.Token);
        var applying = ApplyAsync(payloads.Reader, life.Token);
        try
        {
            await await Task.WhenAny(listening, applying);
        }
        finally
        {
            await life.CancelAsync();
            // The first fault is on its way up; the other task only ends because of it.
            await Task.WhenAll(listening, applying).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task ListenAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        while (true)
        {
            if (await connection.WaitAsync(SignOfLifeInterval, cancellation))
                continue;
            await using var sign = new NpgsqlCommand("select 1", connection) { CommandTimeout = SignOfLifeTimeout };
            await sign.ExecuteNonQueryAsync(cancellation);
        }
    }

    private async Task ApplyAsync(ChannelReader<string> payloads, CancellationToken cancellation)
    {
        while (await payloads.WaitToReadAsync(cancellation))
        {
            var changes = new SnapshotChanges();
            while (payloads.TryRead(out string? payload))
                changes.Add(payload);
            var delta = await _reader.ReadAsync(changes, cancellation);
            _sink.Apply(delta);
            Status = new SnapshotStatus(true, _time.GetUtcNow());
            LogApplied(delta.Users.Length, delta.RemovedUsers.Length, delta.Providers is not null);
        }
    }

    [LoggerMessage(2101, LogLevel.Information, "Snapshot loaded: {Users} proxy users, {Providers} providers")]
    private partial void LogLoaded(int users, int providers);

    [LoggerMessage(2102, LogLevel.Debug, "Snapshot changed: {Users} proxy users, {Removed} removed, providers {Providers}")]
    private partial void LogApplied(int users, int removed, bool providers);

    [LoggerMessage(2103, LogLevel.Warning,
        "The snapshot cannot follow the database; the engine goes on with the last one. Trying again in {Seconds:0.0} s")]
    private partial void LogLost(Exception fault, double seconds);
}
