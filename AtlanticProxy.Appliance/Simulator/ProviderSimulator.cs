using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AtlanticProxy.Simulator.Exits;
using AtlanticProxy.Simulator.Grammars;
using AtlanticProxy.Simulator.Http;
using AtlanticProxy.Simulator.Socks;
using AtlanticProxy.Simulator.Transport;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Simulator;

/// <summary>
/// A stand-in upstream provider for trials and tests: HTTP CONNECT, absolute-form HTTP and SOCKS5 on one port. It reads targeting
/// and session from the username, gives each session an exit of its own, keeps the provider's bill, and fails on demand. It sends
/// to loopback addresses only, unless it is told to reach real sites.
/// </summary>
public sealed partial class ProviderSimulator : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly Lazy<X509Certificate2> _certificate;
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _log;
    private volatile SimulatorFault _fault = SimulatorFault.None;
    private long _accepted, _open, _requests;
    private Task _accepting = Task.CompletedTask;
    private bool _disposed;

    private ProviderSimulator(SimulatorOptions options, TimeProvider time, ILoggerFactory loggers, Socket listener)
    {
        Options = options;
        Time = time;
        Account = new Account(options.Username, options.Password, ProviderGrammar.Find(options.Grammar));
        Exits = new ExitPool(options.Exits);
        Bill = new Bill(time);
        Endpoint = (IPEndPoint)listener.LocalEndPoint!;
        _listener = listener;
        _certificate = new(() => PageCertificate.Make(Destination.Pages, time));
        _log = loggers.CreateLogger<ProviderSimulator>();
    }

    /// <summary>Where it listens, with the port that the kernel gave.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>What is wrong with it now; takes effect for the next connection or request.</summary>
    public SimulatorFault Fault
    {
        get => _fault;
        set => _fault = value;
    }

    public Bill Bill { get; }

    /// <summary>Connections accepted since the start.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Connections open now.</summary>
    public long OpenConnections => Interlocked.Read(ref _open);

    /// <summary>CONNECTs, plain requests and SOCKS5 commands heard since the start, refused ones too.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    internal SimulatorOptions Options { get; }

    /// <summary>Of its own pages.</summary>
    internal X509Certificate2 Certificate => _certificate.Value;

    internal TimeProvider Time { get; }

    internal Account Account { get; }

    internal ExitPool Exits { get; }

    internal PeerTable Peers { get; } = new();

    internal CancellationToken Stopping => _stop.Token;

    /// <summary>Starts listening.</summary>
    /// <exception cref="ArgumentException">The options are not valid; the message says why.</exception>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static Task<ProviderSimulator> StartAsync(SimulatorOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        if (options.Validate().ToList() is { Count: > 0 } errors)
            throw new ArgumentException(string.Join(' ', errors), nameof(options));

        var listener = new Socket(options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(options.Listen);
            listener.Listen(backlog: 4096); // The kernel's default net.core.somaxconn, its upper bound.
        }
        catch (SocketException)
        {
            listener.Dispose();
            throw;
        }
        var simulator = new ProviderSimulator(options, time, loggers, listener);
        simulator._accepting = simulator.AcceptAsync();
        return Task.FromResult(simulator);
    }

    /// <summary>Stops listening and ends every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        await _stop.CancelAsync();
        _listener.Dispose();
        Peers.AbortAll();
        await _accepting;
        if (_certificate.IsValueCreated)
            Certificate.Dispose();
        _stop.Dispose();
    }

    /// <summary>Bytes towards the client after which a tunnel or a response body is cut.</summary>
    internal long MaxDown => Fault is { Kind: FaultKind.Truncate } fault ? fault.Value : long.MaxValue;

    internal void HeardRequest() => Interlocked.Increment(ref _requests);

    /// <summary>
    /// Waits the latency, and says what chance has in store for this request: to be served, to fail, or to hear nothing.
    /// </summary>
    internal async ValueTask<FaultKind> WaitAsync()
    {
        if (Options.Latency > TimeSpan.Zero)
            await Task.Delay(Options.Latency, Time, Stopping);
        double chance = Random.Shared.NextDouble();
        return chance < Options.BlackholeRate ? FaultKind.Blackhole
            : chance < Options.BlackholeRate + Options.FailRate * (1 - Options.BlackholeRate) ? FaultKind.Status
            : FaultKind.None;
    }

    private async Task AcceptAsync()
    {
        var drained = new TaskCompletionSource();
        long running = 1;
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(Stopping);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                break;
            }
            catch (SocketException e)
            {
                // One connection was lost before it was accepted, or descriptors ran out: the next may do better, but not at
                // once.
                AcceptFailed(e);
                if (Stopping.IsCancellationRequested)
                    break;
                await Task.Delay(s_acceptRetry, Time, CancellationToken.None);
                continue;
            }
            Interlocked.Increment(ref _accepted);
            Interlocked.Increment(ref running);
            _ = ServeAndCountAsync(socket);
        }
        if (Interlocked.Decrement(ref running) > 0)
            await drained.Task;

        async Task ServeAndCountAsync(Socket socket)
        {
            Interlocked.Increment(ref _open);
            await ServeAsync(socket);
            Interlocked.Decrement(ref _open);
            if (Interlocked.Decrement(ref running) == 0)
                drained.SetResult();
        }
    }

    private static readonly TimeSpan s_acceptRetry = TimeSpan.FromMilliseconds(50);

    // Owns the connection from here to its end; never throws.
    private async Task ServeAsync(Socket socket)
    {
        Peer? client = null;
        try
        {
            if (Fault.Kind == FaultKind.Refuse)
            {
                socket.Close(timeout: 0);
                return;
            }
            client = Peers.Add(new Peer(socket));
            if (Fault.Kind == FaultKind.Blackhole)
                await client.DrainAsync();
            else if (await client.PeekAsync(1) is { } first)
            {
                if (first.Span[0] == Socks5Conversation.Version)
                    await new Socks5Conversation(this, client).RunAsync();
                else
                    await new HttpConversation(this, client).RunAsync();
                await client.CloseAsync(Time);
            }
        }
        catch (Exception e)
            when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException
                or ProtocolException)
        {
            ConnectionBroke(e.Message);
        }
        catch (Exception e)
        {
            ConnectionFailed(e);
        }
        finally
        {
            Peers.Release(client);
            socket.Dispose();
        }
    }

    [LoggerMessage(EventId = 9001, Level = LogLevel.Debug, Message = "The simulated provider's connection ended: {Reason}")]
    private partial void ConnectionBroke(string reason);

    [LoggerMessage(EventId = 9002, Level = LogLevel.Error, Message = "The simulated provider failed on a connection")]
    private partial void ConnectionFailed(Exception fault);

    [LoggerMessage(EventId = 9003, Level = LogLevel.Warning, Message = "The simulated provider could not accept a connection")]
    private partial void AcceptFailed(Exception fault);
}
