using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Tests.Features;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Security;

public sealed partial class AuthorizationTests
{
    [TestMethod]
    [DataRow(MemberRole.Owner, false), DataRow(MemberRole.Billing, false), DataRow(MemberRole.Developer, false)]
    [DataRow(MemberRole.Owner, true), DataRow(MemberRole.Billing, true), DataRow(MemberRole.Viewer, true)]
    public async Task Action_OfResellersAndTheirCustomers_IsLetInOrRefused(MemberRole role, bool isSold)
    {
        var portal = await SeededPortal.SharedAsync();
        var reseller = await portal.ResellerAsync();
        var customer = isSold ? await portal.SoldAsync(reseller) : reseller;
        using var visitor = await portal.SignedInAsync(
            role == MemberRole.Owner ? customer.Email : await portal.AddMemberAsync(customer, role));
        var wrong = new List<string>();

        foreach (var (action, allowed) in Allowed)
        {
            string[] parts = action.Split(' ');
            bool expected = parts[1].StartsWith("/resell", StringComparison.Ordinal) ? !isSold && role == MemberRole.Owner
                : parts[1] == "/offer" ? isSold
                : allowed.HasFlag(role == MemberRole.Owner ? Who.Customer : Enum.Parse<Who>($"{role}"))
                    && !(isSold && IsBilling(allowed));
            string path = WithIds(parts[1]);
            var answer = parts[0] == "GET" ? await visitor.GetAsync(path) : await visitor.PostAsync(path);
            if ((answer.Status == HttpStatusCode.Forbidden) == expected)
                wrong.Add($"{action}: {(int)answer.Status}");
        }

        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    private static bool IsBilling(Who allowed) =>
        allowed.HasFlag(Who.Billing) && !allowed.HasFlag(Who.Viewer) && !allowed.HasFlag(Who.Developer);
}
