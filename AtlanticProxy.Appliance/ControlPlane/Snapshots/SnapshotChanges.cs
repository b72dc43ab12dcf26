using System.Globalization;

namespace AtlanticProxy.ControlPlane.Snapshots;

/// <summary>Ids of rows that changed and were not read again yet: each once, however often it changed.</summary>
internal sealed class SnapshotChanges
{
    public HashSet<long> ProxyUsers { get; } = [];

    /// <summary>Customers, whose proxy users are to be read again.</summary>
    public HashSet<long> Customers { get; } = [];

    /// <summary>Plans, of whose customers the proxy users are to be read again.</summary>
    public HashSet<long> PlanMembers { get; } = [];

    /// <summary>Quota accounts with something to lease again.</summary>
    public HashSet<long> QuotaAccounts { get; } = [];

    public bool Providers { get; private set; }

    public bool Pools { get; private set; }

    public bool Plans { get; private set; }

    /// <summary>The destination rules of everybody.</summary>
    public bool Rules { get; private set; }

    public bool IsEmpty =>
        ProxyUsers.Count == 0 && Customers.Count == 0 && PlanMembers.Count == 0 && QuotaAccounts.Count == 0 && !Providers
        && !Pools && !Plans && !Rules;

    /// <summary>Notes a notification's payload, <c>table:id</c>.</summary>
    /// <exception cref="FormatException">It is not one of ours: a trigger and this class disagree.</exception>
    public void Add(string payload)
    {
        int colon = payload.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !long.TryParse(payload.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long id))
            throw new FormatException($"Snapshot notification '{payload}' is not table:id.");
        switch (payload[..colon])
        {
            case "proxy_users":
                ProxyUsers.Add(id);
                break;
            case "customers":
                Customers.Add(id);
                break;
            case "plan_members":
                PlanMembers.Add(id);
                break;
            case "quota_accounts":
                QuotaAccounts.Add(id);
                break;
            case "providers":
                Providers = true; // they are few, and the engine takes them as a whole
                break;
            case "pools":
                Pools = true;
                break;
            case "plans":
                Plans = true;
                break;
            case "destination_rules":
                Rules = true;
                break;
            default:
                throw new FormatException($"Snapshot notification '{payload}' names no table of the snapshot.");
        }
    }
}
