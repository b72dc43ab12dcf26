using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;

namespace AtlanticProxy.Web.Features.Admin.Staff;

/// <summary>What roles may, in plain words.</summary>
internal static class AreaWords
{
    public static Phrase Of(Area area) => area switch
    {
        Area.Customers => (Phrase)"Customers and proxy users",
        Area.Help => "Help customers",
        Area.Money => "Orders, payments and invoices",
        Area.Bookkeeping => "Bookkeeping",
        Area.Plans => "Plans",
        Area.Prices => "Prices and coupons",
        Area.Network => "Providers, pools and live connections",
        Area.Rules => "Rules and lists",
        Area.Operations => "Jobs, backups and certificate",
        Area.Audit => "Audit log",
        Area.Settings => "Settings",
    };

    /// <summary>What an area has that its name does not say.</summary>
    public static Phrase Hint(Area area) => area switch
    {
        Area.Customers => (Phrase)"Write: also plans of customers, logins, proxy passwords and announcements.",
        Area.Help => "View as customer, write notes, send emails again.",
        Area.Money => "Write: refunds, bank transfers, credit notes, cancelling orders and subscriptions.",
        Area.Bookkeeping => "Revenue, costs and margin; export of invoices; asking gateways again.",
        Area.Plans => "Everything about plans except their prices.",
        Area.Prices => "Prices of plans, and coupons.",
        Area.Network => "Write: also the names of providers in searches, and cutting connections.",
        Area.Rules => "Which destinations are forbidden, and to whom.",
        Area.Operations => "Write: run jobs, ask for a new certificate.",
        Area.Audit => "Who changed what.",
        Area.Settings => "Brand, seller and taxes, sign-up, mail templates.",
    };

    public static Phrase Of(Area area, Access access) => access switch
    {
        Access.None => (Phrase)"None",
        Access.Write when StaffRights.LevelsOf(area).Count == 2 => "Yes",
        Access.Read => "Read",
        Access.Write => "Write",
    };

    /// <summary>A shipped role in a few words; null for others.</summary>
    public static Phrase? Summary(string role) => role switch
    {
        Roles.Owner => (Phrase)"everything",
        Roles.Operator => "runs the service, and moves no money",
        Roles.Finance => "manages money; no access to the network",
        Roles.Support => "views pages and helps customers",
        _ => null,
    };
}
