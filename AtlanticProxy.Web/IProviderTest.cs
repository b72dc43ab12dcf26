using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web;

/// <summary>What to fetch through which provider.</summary>
/// <param name="Url">A page that shows its caller's address.</param>
/// <param name="Country">Where the exit is to be, by two letters; null for anywhere.</param>
public sealed record ProviderTestRequest(string Provider, Uri Url, string? Country = null, string? Session = null);

/// <summary>What a page that was fetched through a provider shows.</summary>
/// <param name="Username">As the provider was asked; empty for nobody.</param>
/// <param name="Password">Without the secret in it; empty for none.</param>
/// <param name="Exit">Address of the exit; null when the page does not say.</param>
/// <param name="Country">Of the exit; null when the page does not say.</param>
/// <param name="Status">Of the page's answer.</param>
/// <param name="DialMilliseconds">Until the endpoint took a connection; null where there is no one endpoint.</param>
/// <param name="Milliseconds">Until the page was there.</param>
public sealed record ProviderTestOutcome(
    string Username, string Password, string? Exit, string? Country, int Status, double? DialMilliseconds, double Milliseconds,
    string Body);

/// <summary>Fetches a page through a provider as customers' connections would. Nothing of it is billed.</summary>
public interface IProviderTest
{
    /// <summary>A failure says in words why the provider did not serve it.</summary>
    Task<Result<ProviderTestOutcome>> RunAsync(ProviderTestRequest request, CancellationToken cancellation);
}

/// <summary>For a portal beside which no appliance runs.</summary>
internal sealed class NoProviderTest : IProviderTest
{
    public Task<Result<ProviderTestOutcome>> RunAsync(ProviderTestRequest request, CancellationToken cancellation) =>
        Task.FromResult<Result<ProviderTestOutcome>>(
            new Error(ErrorKind.Conflict, "provider.not_tested", "There is no proxy here that could test it."));
}
