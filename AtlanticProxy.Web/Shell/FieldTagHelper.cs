using System.Globalization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace AtlanticProxy.Web.Shell;

/// <summary>
/// A form's field with its label, hint and error in words: <c>&lt;field name="Email" label="Email address" type="email"
/// /&gt;</c>. Other attributes go to the control. What was typed stands again after an error, but for passwords.
/// </summary>
[HtmlTargetElement("field", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FieldTagHelper : TagHelper
{
    public string Name { get; set; } = "";
    public string Label { get; set; } = "";
    public string? Hint { get; set; }
    public object? Value { get; set; }
    public string Type { get; set; } = "text";

    /// <summary>Lines of a text area; 0 is a single-line control.</summary>
    public int Rows { get; set; }

    /// <summary>Choices of a select instead of an input.</summary>
    public IEnumerable<SelectListItem>? Options { get; set; }

    public bool Required { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ViewContext.ViewData.ModelState.TryGetValue(Name, out var state);
        string? error = state?.Errors.FirstOrDefault()?.ErrorMessage;
        string? value = Type == "password"
            ? null
            : state?.AttemptedValue ?? Convert.ToString(Value, CultureInfo.InvariantCulture);

        var control = Control(value);
        foreach (var attribute in output.Attributes)
        {
            string? text = attribute.Value?.ToString();
            if (attribute.Name == "class" && text is not null)
                control.AddCssClass(text);
            else
                control.MergeAttribute(attribute.Name, text);
        }
        control.MergeAttribute("id", Name);
        control.MergeAttribute("name", Name);
        if (Required)
            control.MergeAttribute("required", "required");
        var describedBy = new List<string>();

        output.Attributes.Clear();
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "field");
        output.Content.AppendHtml(Element("label", "form-label", Label, ("for", Name)));
        output.Content.AppendHtml(control);
        // After an error the cursor goes to the first field that has one, wherever on the page it is.
        if (error is null && !ViewContext.ModelState.IsValid)
            control.Attributes.Remove("autofocus");
        if (error is not null)
        {
            control.MergeAttribute("autofocus", "autofocus");
            describedBy.Add($"{Name}-error");
            control.AddCssClass("input-validation-error");
            control.MergeAttribute("aria-invalid", "true");
            output.Content.AppendHtml(Element("span", "field-validation-error", error, ("id", $"{Name}-error")));
        }
        if (Hint is not null)
        {
            describedBy.Add($"{Name}-hint");
            output.Content.AppendHtml(Element("p", "form-hint", Hint, ("id", $"{Name}-hint")));
        }
        if (describedBy.Count > 0)
            control.MergeAttribute("aria-describedby", string.Join(' ', describedBy));
    }

    private TagBuilder Control(string? value)
    {
        if (Options is not null)
        {
            var select = new TagBuilder("select");
            select.AddCssClass("form-select");
            foreach (var choice in Options)
            {
                var option = Element("option", null, choice.Text, ("value", choice.Value));
                if (choice.Value == (value ?? ""))
                    option.MergeAttribute("selected", "selected");
                select.InnerHtml.AppendHtml(option);
            }
            return select;
        }
        if (Rows > 0)
            return Element("textarea", "form-control", value ?? "", ("rows", Rows.ToString(CultureInfo.InvariantCulture)));
        var input = new TagBuilder("input") { TagRenderMode = TagRenderMode.SelfClosing };
        input.AddCssClass("form-control");
        input.MergeAttribute("type", Type);
        if (value is not null)
            input.MergeAttribute("value", value);
        return input;
    }

    private static TagBuilder Element(string name, string? css, string text, (string Name, string Value) attribute)
    {
        var element = new TagBuilder(name);
        if (css is not null)
            element.AddCssClass(css);
        element.MergeAttribute(attribute.Name, attribute.Value);
        element.InnerHtml.Append(text);
        return element;
    }
}
