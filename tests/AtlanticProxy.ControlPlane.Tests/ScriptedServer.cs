using System.Net;
using System.Net.Sockets;

namespace AtlanticProxy.ControlPlane.Tests;

/// <summary>A server on loopback that says what a test wants, to any number of clients at a time.</summary>
internal abstract class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    protected ScriptedServer()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Cancelled when the test is over.</summary>
    protected CancellationToken Stopping => _stop.Token;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    /// <summary>One conversation. That the client goes away is an end like any other.</summary>
    protected abstract Task TalkAsync(Stream stream);

    private async Task AcceptAsync()
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
                conversations.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            await TalkAsync(client.GetStream());
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or SocketException
            or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, or the test is over.
        }
    }
}
