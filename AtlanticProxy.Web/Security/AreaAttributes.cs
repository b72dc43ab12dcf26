using AtlanticProxy.ControlPlane.Staff;
using Microsoft.AspNetCore.Authorization;

namespace AtlanticProxy.Web.Security;

/// <summary>Actions for staff whose role may read an area.</summary>
internal sealed class ReadsAttribute(Area area) : AuthorizeAttribute(Policies.Of(area, Access.Read));

/// <summary>Actions for staff whose role may write an area.</summary>
internal sealed class WritesAttribute(Area area) : AuthorizeAttribute(Policies.Of(area, Access.Write));
