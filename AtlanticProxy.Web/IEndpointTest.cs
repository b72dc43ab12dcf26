using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Diagnostics;

namespace AtlanticProxy.Web;

/// <summary>What to fetch as a client of the proxy.</summary>
/// <param name="Username">With what it asks of its exit.</param>
/// <param name="Url">A page that shows its caller's address.</param>
public sealed record EndpointTestRequest(string Username, string Password, Uri Url)
{
    /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{Username} to {Url}";
}

/// <summary>How the proxy refused a connection.</summary>
/// <param name="Reason">A sentence.</param>
public sealed record ProxyRefusal(ConnectionOutcome Outcome, string Reason);

/// <summary>Why a page did not come through a connection, in a sentence.</summary>
public static class EndpointFault
{
    public static Phrase Certificate(string host) => $"The certificate of {host} could not be verified through this exit.";

    public static Phrase BrokenOff(string host) => $"The exit had a connection to {host}, which broke off before its page came.";
}

/// <summary>How far a connection came.</summary>
/// <param name="Refusal">Of the proxy; null where it made the connection.</param>
/// <param name="Fault">
/// Why the page did not come through the connection, see <see cref="EndpointFault"/>; null when it did.
/// </param>
/// <param name="Status">Of the page's answer; 0 without one.</param>
/// <param name="Exit">Address of the exit; null when the page does not say.</param>
/// <param name="Country">Of the exit, two letters; null when the page does not say.</param>
/// <param name="Connect">Until the exit had a connection to the page, or refused.</param>
/// <param name="FirstByte">From then until the page's answer began; null without one.</param>
public sealed record EndpointTestOutcome(
    ProxyRefusal? Refusal, Phrase? Fault, int Status, string? Exit, string? Country, TimeSpan Connect, TimeSpan? FirstByte);

/// <summary>
/// Fetches a page through this node's own proxy port as a customer's client would: it is metered, counted and logged as that.
/// </summary>
public interface IEndpointTest
{
    /// <summary>Fails only where there is no proxy to ask; a connection that fails is an outcome.</summary>
    Task<Result<EndpointTestOutcome>> RunAsync(EndpointTestRequest request, CancellationToken cancellation);
}

/// <summary>For a portal beside which no proxy runs.</summary>
internal sealed class NoEndpointTest : IEndpointTest
{
    public Task<Result<EndpointTestOutcome>> RunAsync(EndpointTestRequest request, CancellationToken cancellation) =>
        Task.FromResult<Result<EndpointTestOutcome>>(new Error(ErrorKind.Conflict, "endpoint.not_tested",
            "This portal has no proxy port beside it to test. Try the curl line below instead."));
}
