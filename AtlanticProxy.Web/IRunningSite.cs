namespace AtlanticProxy.Web;

/// <summary>The running appliance, as far as it follows what is stored about the site.</summary>
public interface IRunningSite
{
    /// <summary>Why it runs without the certificate that was asked for, in words; null when it does not.</summary>
    string? Trouble { get; }

    /// <summary>Whether the appliance is about to begin anew, with other listeners.</summary>
    bool IsRestarting { get; }

    /// <summary>Takes what is stored now, and tries again what went wrong before.</summary>
    /// <returns>Whether the appliance begins anew for it, in a moment.</returns>
    Task<bool> FollowAsync(CancellationToken cancellation);
}

/// <summary>For a portal beside which no appliance runs.</summary>
internal sealed class UnattendedSite : IRunningSite
{
    public string? Trouble => null;

    public bool IsRestarting => false;

    public Task<bool> FollowAsync(CancellationToken cancellation) => Task.FromResult(false);
}
