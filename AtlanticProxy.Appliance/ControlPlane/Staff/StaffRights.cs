using System.Text.Json;
using AtlanticProxy.ControlPlane.Accounts;

namespace AtlanticProxy.ControlPlane.Staff;

/// <summary>What of the admin pages a role can have or not: what belongs together in the menu, and is wanted together.</summary>
public enum Area
{
    /// <summary>Customers and their proxy users; to write also: their passwords, and announcements.</summary>
    Customers,

    /// <summary>See a customer's portal as the customer, write notes, send mails again.</summary>
    Help,

    /// <summary>Orders, payments, invoices; to write also: refunds, transfers, credit notes.</summary>
    Money,

    /// <summary>Export invoices, enter what providers counted, ask gateways again: moves no money.</summary>
    Bookkeeping,

    /// <summary>Plans but for their prices.</summary>
    Plans,

    /// <summary>Prices of plans, and coupons.</summary>
    Prices,

    /// <summary>Providers, pools, live connections.</summary>
    Network,

    /// <summary>Destination rules and block lists.</summary>
    Rules,

    /// <summary>Jobs, backups and the certificate; their files are for owners.</summary>
    Operations,

    /// <summary>The audit log.</summary>
    Audit,

    /// <summary>Brand, sign-up, seller and taxes, mail templates.</summary>
    Settings,
}

/// <summary>How much of an <see cref="Area"/>; whoever may write may read.</summary>
public enum Access
{
    None,
    Read,
    Write,
}

/// <summary>
/// What a role of staff may: the one table. Beside it, only owners have staff and roles, gateways, the mail server, webhooks,
/// imports, credit and traffic given by hand, resellers' terms, forgetting customers, and other people's second factors.
/// </summary>
public sealed class StaffRights
{
    /// <summary>Nothing.</summary>
    public static readonly StaffRights None = new([]);

    private static readonly Dictionary<Area, Access[]> Only = new()
    {
        [Area.Help] = [Access.None, Access.Write],
        [Area.Bookkeeping] = [Access.None, Access.Write],
        [Area.Audit] = [Access.None, Access.Read],
    };

    private static readonly Dictionary<string, StaffRights> OfShipped = new(StringComparer.Ordinal)
    {
        [Roles.Owner] = new(Enum.GetValues<Area>().ToDictionary(area => area, area => LevelsOf(area)[^1])),
        [Roles.Operator] = new(new()
        {
            [Area.Customers] = Access.Write, [Area.Help] = Access.Write, [Area.Money] = Access.Read,
            [Area.Bookkeeping] = Access.Write, [Area.Plans] = Access.Write, [Area.Prices] = Access.Read,
            [Area.Network] = Access.Write, [Area.Rules] = Access.Write, [Area.Operations] = Access.Write,
            [Area.Audit] = Access.Read,
        }),
        [Roles.Finance] = new(new()
        {
            [Area.Customers] = Access.Read, [Area.Money] = Access.Write, [Area.Bookkeeping] = Access.Write,
            [Area.Plans] = Access.Read, [Area.Prices] = Access.Write,
        }),
        [Roles.Support] = new(new()
        {
            [Area.Customers] = Access.Read, [Area.Help] = Access.Write, [Area.Money] = Access.Read,
            [Area.Plans] = Access.Read, [Area.Network] = Access.Read, [Area.Operations] = Access.Read,
        }),
    };

    private readonly Dictionary<Area, Access> _access;

    private StaffRights(Dictionary<Area, Access> access) => _access = access;

    public Access this[Area area] => _access.GetValueOrDefault(area);

    public bool Allows(Area area, Access access) => this[area] >= access;

    /// <summary>Of a shipped role; null: it is not shipped.</summary>
    public static StaffRights? Shipped(string role) => OfShipped.GetValueOrDefault(role);

    /// <summary>What an area can be set to, from least to most.</summary>
    public static IReadOnlyList<Access> LevelsOf(Area area) =>
        Only.TryGetValue(area, out var levels) ? levels : Enum.GetValues<Access>();

    /// <summary>What is no level of its area counts as none.</summary>
    public static StaffRights Of(IEnumerable<KeyValuePair<Area, Access>> access) => new(access
        .Where(pair => pair.Value != Access.None && LevelsOf(pair.Key).Contains(pair.Value)).ToDictionary());

    /// <summary>Read from "area:access"; what says nothing that is known gives no right.</summary>
    public static StaffRights Parse(IEnumerable<string> words)
    {
        var known = Enum.GetValues<Area>().SelectMany(area => LevelsOf(area).Select(access => KeyValuePair.Create(area, access)))
            .ToDictionary(pair => WordOf(pair.Key, pair.Value));
        return Of(words.Where(known.ContainsKey).Select(word => known[word]));
    }

    /// <summary>As "area:access", one for each area of which there is anything.</summary>
    public string[] ToWords() =>
        [.. Enum.GetValues<Area>().Where(area => this[area] != Access.None).Select(area => WordOf(area, this[area]))];

    private static string WordOf(Area area, Access access) =>
        $"{JsonNamingPolicy.SnakeCaseLower.ConvertName(area.ToString())}:{access.ToString().ToLowerInvariant()}";
}
