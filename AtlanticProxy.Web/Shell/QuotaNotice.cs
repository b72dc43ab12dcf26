using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Quotas;

namespace AtlanticProxy.Web.Shell;

/// <summary>What a customer is told of its quota, when there is something to say.</summary>
internal sealed record QuotaNotice(QuotaSummary Quota, Standing Standing);
