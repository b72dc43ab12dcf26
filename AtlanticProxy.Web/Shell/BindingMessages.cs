using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Shell;

/// <summary>What a field says when what was typed is not of its kind.</summary>
internal static class BindingMessages
{
    public static void Configure(DefaultModelBindingMessageProvider messages)
    {
        messages.SetAttemptedValueIsInvalidAccessor((value, _) => T[$"'{value}' is not a number that fits here."]);
        messages.SetNonPropertyAttemptedValueIsInvalidAccessor(value => T[$"'{value}' is not a value that fits here."]);
        messages.SetValueMustBeANumberAccessor(_ => T["Enter a number."]);
        messages.SetNonPropertyValueMustBeANumberAccessor(() => T["Enter a number."]);
        messages.SetValueIsInvalidAccessor(value => T[$"'{value}' is not a value that fits here."]);
        messages.SetValueMustNotBeNullAccessor(_ => T["Enter a value."]);
    }
}
