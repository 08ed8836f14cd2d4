"""The frame, the stylesheets, the template pack and the public pages."""
